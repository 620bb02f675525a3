package com.example.shop;

import io.insightdesk.InsightDesk;
import io.insightdesk.identity.HostIdentity;
import io.insightdesk.identity.HostUser;
import io.insightdesk.identity.Role;
import io.insightdesk.jaxrs.ApiOptions;
import io.insightdesk.jaxrs.InsightDeskApplication;
import io.insightdesk.tenant.Tenant;
import java.util.Optional;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.servlet.ServletContainer;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;

/** The help desk's HTTP API in the application, for the users whom Spring Security has logged in. */
@Configuration(proxyBeanMethods = false)
public class ShopSecurity {
    /**
     * Spring Security's users become agents: each is made when they first come, and follows their name, address and role from then
     * on. Whoever has no such authority is nobody to the help desk.
     */
    @Bean
    HostIdentity hostIdentity() {
        return principal -> principal instanceof Authentication login && login.getPrincipal() instanceof ShopPerson person
                ? roleOf(login).map(role -> new HostUser(person.getUsername(), person.fullName(), person.email(), role))
                : Optional.empty();
    }

    private static Optional<Role> roleOf(Authentication login) {
        return login.getAuthorities().stream()
                .map(authority -> switch (String.valueOf(authority.getAuthority())) {
                    case "ROLE_MANAGER" -> Role.ADMIN;
                    case "ROLE_CLERK" -> Role.AGENT;
                    default -> null;
                })
                .filter(role -> role != null)
                .findFirst();
    }

    @Bean
    ServletRegistrationBean<ServletContainer> helpDesk(InsightDesk insightDesk, Tenant tenant, HostIdentity identity) {
        ApiOptions options = ApiOptions.builder()
                .hostIdentity(identity, user -> Optional.of(tenant.id()))
                .build();
        return new ServletRegistrationBean<>(
                new ServletContainer(
                        ResourceConfig.forApplication(new InsightDeskApplication(insightDesk, options))),
                "/helpdesk/*");
    }

    /**
     * Spring Security says who it is, the help desk what they may: so the chain permits what comes, also API tokens, of which it
     * knows nothing. Nothing is kept in cookies here, so no other page can forge a request; a host whose login is a cookie
     * leaves the protection on. A path as a text would be taken for one of Spring MVC, which this servlet is not of.
     */
    @Bean
    SecurityFilterChain helpDeskSecurity(HttpSecurity http) throws Exception {
        return http.securityMatcher(
                        PathPatternRequestMatcher.withDefaults().matcher("/helpdesk/**"))
                .httpBasic(Customizer.withDefaults())
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(csrf -> csrf.disable())
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .build();
    }
}
