package io.insightdesk.jaxrs.internal;

import io.insightdesk.InsightDesk;
import io.insightdesk.error.ConflictException;
import io.insightdesk.login.Client;
import io.insightdesk.login.Logins;
import java.security.Principal;

/**
 * Who calls an operation that anybody may call.
 *
 * @param insightDesk what answers
 * @param client where the call comes from
 * @param ownPage whether a page sent it that may do so with cookies
 */
record Visitor(InsightDesk insightDesk, Client client, boolean ownPage) implements Principal {

    @Override
    public String getName() {
        return "visitor";
    }

    Logins logins() {
        return insightDesk
                .logins()
                .orElseThrow(() -> new ConflictException(
                        "login_not_configured", "This help desk has no login of its own; its host lets people in."));
    }
}
