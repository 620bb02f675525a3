package io.insightdesk.server;

import io.insightdesk.InsightDesk;
import io.insightdesk.key.Secret;
import io.insightdesk.login.LoginOptions;
import io.insightdesk.login.RelyingParty;
import java.net.URI;
import java.time.Duration;

/** Switches the library's own login on, for there is no host whose users could be let in. */
final class OwnLogin {

    private static final String NAME = "InsightDesk";

    private OwnLogin() {}

    static void configure(InsightDesk.Builder builder, Settings settings) {
        Secret secret = settings.login().secret();
        if (secret == null) {
            if (!settings.inDevelopment()) {
                return;
            }
            secret = DevelopmentSecret.provide(settings.development().directory());
        }
        builder.login(options(settings, secret));
    }

    static LoginOptions options(Settings settings, Secret secret) {
        Settings.Login login = settings.login();
        Duration refresh = login.refreshLifetime();
        Duration session = LoginOptions.DEFAULT_SESSION_LIFETIME;
        LoginOptions.Builder options = LoginOptions.withSecret(secret)
                .previousSecret(login.previousSecret())
                .accessLifetime(login.accessLifetime())
                .refreshLifetime(refresh)
                .sessionLifetime(session.compareTo(refresh) < 0 ? refresh : session);
        URI api = settings.http().apiUrl();
        if (api != null) {
            options.issuer(api.toString());
        }
        URI console = login.console();
        String from = login.mailFrom();
        if (console != null && from != null) {
            options.mails(console, from).customerLogin(login.customers());
        }
        // Browsers have keys only for pages with a name that come by https, or from this machine.
        if (console != null && RelyingParty.fits(console)) {
            options.securityKeys(RelyingParty.of(console, NAME));
        }
        URI callback = login.openIdCallback();
        if (callback != null && !login.openIdProviders().isEmpty()) {
            options.openId(callback, login.openIdProviders());
        }
        return options.build();
    }
}
