package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.insightdesk.customer.CustomerId;
import io.insightdesk.identity.AgentId;
import io.insightdesk.login.LoggedIn;
import io.insightdesk.login.LoginAnswer;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What became of a login. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record LoginAnswerJson(
        @Text(
                value = "logged_in; or second_factor_needed, then a code or a security key has to follow.",
                example = "logged_in")
        String status,

        @Text("The tenant.") @Nullable UUID tenantId,

        @Text("Who is logged in, where that is an agent.") @Nullable UUID agentId,

        @Text("Who is logged in, where that is a customer.") @Nullable UUID customerId,

        @Text("The session.") @Nullable UUID sessionId,

        @Text(value = "For Authorization: Bearer; not where the tokens are cookies.", example = "eyJ…") @Nullable String accessToken,

        @Text("Until when it is good.") @Nullable Instant accessExpiresAt,

        @Text(value = "For the next refresh, once; not where the tokens are cookies.", example = "idr_…") @Nullable String refreshToken,

        @Text("Until when it is good.") @Nullable Instant refreshExpiresAt,

        @Text("For the header X-CSRF-Token, where the tokens are cookies.") @Nullable String csrfToken,

        @Text("Whether a second factor has to be set up first: until then the session may do nothing else.") @Nullable Boolean secondFactorMissing,

        @Text(value = "To be sent with the second factor.", example = "idm_…") @Nullable String challenge,

        @Text("Until when that can follow.") @Nullable Instant challengeExpiresAt,

        @Text(value = "What can follow: totp or recovery_code as the code, security_key.", example = "totp") @Nullable List<String> methods)
        implements Wire {

    static LoginAnswerJson of(LoginAnswer.SecondFactorNeeded needed) {
        return new LoginAnswerJson(
                "second_factor_needed",
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                needed.challenge().reveal(),
                needed.expiresAt(),
                needed.methods().stream().sorted().toList());
    }

    /** With the tokens where there is no token against forgery, for then they are in cookies. */
    static LoginAnswerJson of(LoggedIn in, @Nullable String csrfToken) {
        boolean cookies = csrfToken != null;
        AgentId agent = in.agent();
        CustomerId customer = in.customer();
        return new LoginAnswerJson(
                "logged_in",
                in.tenant().value(),
                agent == null ? null : agent.value(),
                customer == null ? null : customer.value(),
                in.session().value(),
                cookies ? null : in.accessToken().reveal(),
                in.accessExpiresAt(),
                cookies ? null : in.refreshToken().reveal(),
                in.refreshExpiresAt(),
                csrfToken,
                in.secondFactorMissing(),
                null,
                null,
                null);
    }

    /** Nothing of what is in it. */
    @Override
    public String toString() {
        return "LoginAnswerJson[" + status + "]";
    }
}
