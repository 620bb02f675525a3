package io.insightdesk.server;

import io.insightdesk.InsightDesk;
import io.insightdesk.error.LimitReachedException;
import io.insightdesk.error.NotAuthenticatedException;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.Agent;
import io.insightdesk.login.Client;
import io.insightdesk.login.LoggedIn;
import io.insightdesk.login.LoginAnswer;
import io.insightdesk.login.Logins;
import io.insightdesk.tenant.TenantId;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The login of the demo tenant's administrator, in development. The same password over restarts, as long as the database knows it.
 *
 * @param tenant the tenant's slug
 * @param email the address
 * @param password the password
 */
record DevelopmentLogin(String tenant, String email, String password) {

    private static final int BYTES = 9;
    private static final Client CLIENT = new Client(null, "insightdesk development", null);

    /** Takes the password that is known, if it is still good; else sets another one. */
    static DevelopmentLogin provide(InsightDesk insightDesk, TenantId tenant, Agent admin, String known) {
        String slug = insightDesk.tenants().get(tenant).slug();
        Logins logins = insightDesk.logins().orElseThrow();
        String password = known;
        if (known.isEmpty() || !isGood(logins, slug, admin.email(), known)) {
            byte[] bytes = new byte[BYTES];
            new SecureRandom().nextBytes(bytes);
            password = "demo-" + HexFormat.of().formatHex(bytes);
            insightDesk.tenant(tenant).as(Actor.system()).agentLogins().setPassword(admin.id(), password);
        }
        return new DevelopmentLogin(slug, admin.email(), password);
    }

    private static boolean isGood(Logins logins, String tenant, String email, String password) {
        try {
            LoginAnswer answer = logins.login(tenant, email, password, CLIENT);
            if (answer instanceof LoggedIn in) {
                logins.logout(in.refreshToken().reveal(), CLIENT);
            }
            return true;
        } catch (NotAuthenticatedException e) {
            return false;
        } catch (LimitReachedException e) {
            // Somebody has mistyped it too often; that says nothing against it.
            return true;
        }
    }

    @Override
    public String toString() {
        return "DevelopmentLogin[" + email + "]";
    }
}
