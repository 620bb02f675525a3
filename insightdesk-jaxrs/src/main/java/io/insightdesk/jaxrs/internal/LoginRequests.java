package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.login.SecurityKeys;
import org.jspecify.annotations.Nullable;

/** What the bodies of requests about logins hold. None is printed: most hold a secret. */
final class LoginRequests {

    private LoginRequests() {}

    /** A login. */
    record LoginJson(
            @Required @Text(value = "The tenant's slug.", max = 63, example = "acme")
            String tenant,

            @Required @Text(value = "The agent's mail address.", max = 320, example = "grace@example.com")
            String email,

            @Required @Text(value = "The password.", max = 1000, example = "vier lila Wale im Regen")
            String password,

            @Text(
                    "Whether the tokens shall come as cookies, for a page in a browser; in the answer where it is not said.")
            @Nullable Boolean cookies) {
        @Override
        public String toString() {
            return "LoginJson[…]";
        }
    }

    /** The second step of a login. */
    record LoginCodeJson(
            @Required @Text(value = "The challenge that the first step answered.", max = 200, example = "idm_…")
            String challenge,

            @Required
            @Text(value = "Six digits of the authenticator, or a recovery code.", max = 200, example = "287082")
            String code,

            @Text(
                    "Whether the tokens shall come as cookies, for a page in a browser; in the answer where it is not said.")
            @Nullable Boolean cookies) {
        @Override
        public String toString() {
            return "LoginCodeJson[…]";
        }
    }

    /** A login that goes on with a security key. */
    record LoginKeyOptionsJson(
            @Required @Text(value = "The challenge that the first step answered.", max = 200, example = "idm_…")
            String challenge) {
        @Override
        public String toString() {
            return "LoginKeyOptionsJson[…]";
        }
    }

    /** The second step of a login, by a security key. */
    record LoginKeyJson(
            @Required @Text(value = "The challenge that the first step answered.", max = 200, example = "idm_…")
            String challenge,

            @Required
            @Text(
                    value = "What the browser answered, as PublicKeyCredential.toJSON() writes it.",
                    example =
                            "{\"id\":\"AQID\",\"rawId\":\"AQID\",\"type\":\"public-key\",\"response\":{\"clientDataJSON\":\"e30\",\"authenticatorData\":\"AQID\",\"signature\":\"AQID\"}}")
            ObjectNode credential,

            @Text(
                    "Whether the tokens shall come as cookies, for a page in a browser; in the answer where it is not said.")
            @Nullable Boolean cookies) {
        @Override
        public String toString() {
            return "LoginKeyJson[…]";
        }
    }

    /** A refresh token, where it is in no cookie. */
    record RefreshJson(
            @Text(
                    value = "The session's latest refresh token; that of the cookie where it is not said.",
                    max = 200,
                    example = "idr_…")
            @Nullable String refreshToken) {
        @Override
        public String toString() {
            return "RefreshJson[…]";
        }
    }

    /** Whose providers. */
    record OpenIdProvidersJson(
            @Required @Text(value = "The tenant's slug.", max = 63, example = "acme")
            String tenant) {}

    /** A login at a provider. */
    record OpenIdStartJson(
            @Required @Text(value = "The tenant's slug.", max = 63, example = "acme")
            String tenant,

            @Required @Text(value = "The provider's name.", max = 40, example = "google")
            String provider) {}

    /** What a provider sent the browser back with. */
    record OpenIdFinishJson(
            @Required @Text(value = "The state of the query.", max = 200, example = "ido_…")
            String state,

            @Required @Text(value = "The code of the query.", max = 2000, example = "4/0AY0e…")
            String code,

            @Text(
                    "Whether the tokens shall come as cookies, for a page in a browser; in the answer where it is not said.")
            @Nullable Boolean cookies) {
        @Override
        public String toString() {
            return "OpenIdFinishJson[…]";
        }
    }

    /** A customer who wants to log in. */
    record LoginLinkJson(
            @Required @Text(value = "The tenant's slug.", max = 63, example = "acme")
            String tenant,

            @Required @Text(value = "The customer's mail address.", max = 320, example = "ada@example.com")
            String email) {
        @Override
        public String toString() {
            return "LoginLinkJson[…]";
        }
    }

    /** A link by which a customer logs in. */
    record LoginLinkOpenedJson(
            @Required @Text(value = "The token of the link.", max = 200, example = "idc_…")
            String token,

            @Text(
                    "Whether the tokens shall come as cookies, for a page in a browser; in the answer where it is not said.")
            @Nullable Boolean cookies) {
        @Override
        public String toString() {
            return "LoginLinkOpenedJson[…]";
        }
    }

    /** Another password. */
    record PasswordChangeJson(
            @Required @Text(value = "The present password.", max = 1000, example = "vier lila Wale im Regen")
            String currentPassword,

            @Required @Text(value = "The new one.", max = 1000, example = "sieben Kamele trinken Tee")
            String newPassword) {
        @Override
        public String toString() {
            return "PasswordChangeJson[…]";
        }
    }

    /** Who cannot log in. */
    record PasswordForgottenJson(
            @Required @Text(value = "The tenant's slug.", max = 63, example = "acme")
            String tenant,

            @Required @Text(value = "The agent's mail address.", max = 320, example = "grace@example.com")
            String email) {}

    /** A password, by a link. */
    record PasswordResetJson(
            @Required @Text(value = "The token of the link.", max = 200, example = "idl_…")
            String token,

            @Required @Text(value = "The new password.", max = 1000, example = "sieben Kamele trinken Tee")
            String password) {
        @Override
        public String toString() {
            return "PasswordResetJson[…]";
        }
    }

    /** A link that was opened. */
    record EmailVerifiedJson(
            @Required @Text(value = "The token of the link.", max = 200, example = "idl_…")
            String token) {
        @Override
        public String toString() {
            return "EmailVerifiedJson[…]";
        }
    }

    /** A password for somebody else. */
    record PasswordJson(
            @Required @Text(value = "The password.", max = 1000, example = "vier lila Wale im Regen")
            String password) {
        @Override
        public String toString() {
            return "PasswordJson[…]";
        }
    }

    /** Who sets a second factor up. */
    record BeginFactorJson(
            @Required @Text(value = "The password.", max = 1000, example = "vier lila Wale im Regen")
            String password,

            @Text(
                    value =
                            "A code of the second factor that is set up already: the authenticator's, a recovery code, or that of a"
                                    + " security key. Not needed where there is none.",
                    max = 200,
                    example = "287082")
            @Nullable String code) {
        @Override
        public String toString() {
            return "BeginFactorJson[…]";
        }
    }

    /** A security key that is to be added. */
    record AddKeyJson(
            @Required @Text(value = "By which to know it.", max = SecurityKeys.MAX_NAME, example = "The blue one")
            String name,

            @Required
            @Text(
                    value = "What the browser answered, as PublicKeyCredential.toJSON() writes it.",
                    example =
                            "{\"id\":\"AQID\",\"rawId\":\"AQID\",\"type\":\"public-key\",\"response\":{\"clientDataJSON\":\"e30\",\"attestationObject\":\"oA\"}}")
            ObjectNode credential) {
        @Override
        public String toString() {
            return "AddKeyJson[…]";
        }
    }

    /** A security key's other name. */
    @MergePatch
    record KeyPatch(
            @Text(value = "By which to know it.", max = SecurityKeys.MAX_NAME, example = "The red one") @Nullable String name) {}

    /** A security key that is shown. */
    record ShowKeyJson(
            @Required
            @Text(
                    value = "What the browser answered, as PublicKeyCredential.toJSON() writes it.",
                    example =
                            "{\"id\":\"AQID\",\"rawId\":\"AQID\",\"type\":\"public-key\",\"response\":{\"clientDataJSON\":\"e30\",\"authenticatorData\":\"AQID\",\"signature\":\"AQID\"}}")
            ObjectNode credential) {
        @Override
        public String toString() {
            return "ShowKeyJson[…]";
        }
    }

    /** A code of a second factor. */
    record CodeJson(
            @Required
            @Text(
                    value =
                            "Six digits of the authenticator, or the code of a security key; a recovery code where the text says so.",
                    max = 200,
                    example = "287082")
            String code) {
        @Override
        public String toString() {
            return "CodeJson[…]";
        }
    }
}
