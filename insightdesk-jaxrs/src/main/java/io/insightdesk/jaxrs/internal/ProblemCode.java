package io.insightdesk.jaxrs.internal;

import java.util.Locale;
import java.util.Optional;

/** Every {@code code} that a problem can have, with what it means; the manual's page of problems is made of it. */
enum ProblemCode {
    ACCESS_DENIED(
            403,
            "Your role does not have the permission that the text names. Ask an administrator of your tenant for it."),
    ADDRESS_NOT_ALLOWED(403, "The token may be used from some addresses only, and the request came from another one."),
    ADDRESS_TAKEN(409, "Another mailbox has this mail address. Take another address, or change that mailbox."),
    AGENT_IN_MOTION(409, "The same agent is being made by another request. Repeat the request."),
    AGENT_LIMIT_REACHED(
            422, "The plan of your tenant allows no more active agents. Make one inactive, or ask for another plan."),
    AGENT_NOT_FOUND(404, "There is no such agent in your tenant."),
    ALREADY_CREATED(
            409,
            "A repeated request whose first answer held a secret. The thing exists, id names it; its secret was shown once. Make a"
                    + " new one if it is lost."),
    ALREADY_HANDLED(409, "Two handlers are registered for one kind of job. Seen by the host's own code only."),
    ALREADY_SUBSCRIBED(409, "Two subscriptions have one name. Seen by the host's own code only."),
    API_TOKEN_NOT_FOUND(404, "There is no such API token in your tenant."),
    ATTACHMENT_LINK_INVALID(
            403,
            "The link to the file was altered, is another file's, or has expired. Ask for a new one; which of them is not told."),
    ATTACHMENT_NOT_FOUND(404, "There is no such file in your tenant."),
    ATTACHMENT_TOO_LARGE(413, "The file has more bytes than a file may have. The text names the limit."),
    ATTACHMENT_WITHHELD(
            403,
            "Malware was found in the file, or it could not be looked at, so nobody gets it. The text has the malware's name."),
    AUTHENTICATOR_EXISTS(409, "You have an authenticator already. Remove it before you add another one."),
    BAD_REQUEST(400, "The request could not be understood, not even its address or its headers."),
    BLOB_NOT_FOUND(404, "The content of this file is gone from the store of files. Tell the operator."),
    BLOB_STORE_UNAVAILABLE(503, "The store of files does not answer. Repeat the request later."),
    BLOB_TOO_LARGE(413, "The content has more bytes than the store of files takes."),
    BODY_TOO_LARGE(413, "The JSON body has more bytes than are read. Send less at once."),
    CSRF_TOKEN_REQUIRED(
            403,
            "The tokens of the login came as cookies, and a request that changes something then needs the session's csrfToken in the"
                    + " header X-CSRF-Token."),
    CUSTOMER_ERASED(409, "The customer was erased, and stays so. Make a new one."),
    CUSTOMER_IN_MOTION(409, "The same customer is being made by another request. Repeat the request."),
    CUSTOMER_LOGIN_NOT_OFFERED(409, "Customers cannot log in here. Write a mail, or ask who runs this help desk."),
    CUSTOMER_NOT_FOUND(404, "There is no such customer in your tenant."),
    DATABASE_UNAVAILABLE(503, "The database does not answer. Nothing was changed; repeat the request later."),
    DOMAIN_TAKEN(409, "Another organization has this mail domain."),
    EMAIL_TAKEN(409, "Another agent or customer has this mail address."),
    ENCRYPTION_KEY_MISSING(503, "The server has no key to encrypt secrets with. Tell the operator."),
    ENCRYPTION_KEY_UNKNOWN(
            503, "A secret was encrypted under a key that the server has not got any more. Tell the operator."),
    ERASURE_IN_PROGRESS(409, "The customer it is about is being erased. There is nothing to keep any more."),
    EXTERNAL_ID_TAKEN(409, "Another agent or customer has this external identifier."),
    FILE_INFECTED(422, "Malware was found in the file, so it was not stored. The text has the malware's name."),
    FILE_NOT_SCANNED(
            422,
            "The scanner for malware does not look at this file, because it is too large for it, so it was not stored. The text says why."),
    IDEMPOTENCY_KEY_REUSED(
            422,
            "This Idempotency-Key was used for a request with another content. Take a new key for each new request."),
    INBOUND_MAIL_NOT_FOUND(404, "There is no such incoming mail in your tenant."),
    INTERNAL_ERROR(
            500,
            "Something went wrong in the server. The text has the number under which the operator finds it in the log."),
    INVALID_CHALLENGE(401, "The login took too long, or was ended already. Begin again with the password."),
    INVALID_CODE(401, "The code of the second factor is wrong, or was used before. Wait for the next one."),
    INVALID_CREDENTIALS(401, "The tenant, the address or the password is wrong. Which of them is not told."),
    INVALID_IDEMPOTENCY_KEY(400, "An Idempotency-Key has 1 to 255 visible ASCII characters."),
    INVALID_INPUT(
            400,
            "Fields or parameters break rules. All of them are in errors, each with its place and reason; see below."),
    INVALID_KEY(
            401,
            "The answer of the security key is not one to what was asked, of none of your keys, or came too late. Ask for options and show"
                    + " the key again."),
    INVALID_LINK(401, "The link of the mail was used, has expired, or there is a later one. Ask for another mail."),
    INVALID_REFRESH_TOKEN(
            401, "The refresh token is unknown, used or expired, or its session has ended. Log in again."),
    INVALID_TOKEN(401, "The token is unknown, expired or revoked. Ask for a new one."),
    JOB_NOT_FOUND(404, "There is no such job in your tenant, or it is done and gone."),
    JOB_SCHEDULE_BUSY(409, "Others keep changing this schedule. Repeat the request."),
    JOB_SCHEDULE_NOT_FOUND(404, "There is no schedule of this name in your tenant."),
    LAST_OWNER(409, "This is the last active owner of the tenant, who has to stay. Make another one first."),
    LEGAL_HOLD(
            409,
            "The customer is under legal hold, or the customer's organization, or a ticket that the customer wrote in. Release the"
                    + " hold first."),
    LEGAL_HOLD_NOT_FOUND(404, "There is no hold on this."),
    LOGIN_BUSY(503, "Too many people log in at this moment. Repeat the request a little later."),
    LOGIN_MAIL_NOT_CONFIGURED(409, "The server cannot send mails about logins. Tell the operator."),
    LOGIN_NOT_CONFIGURED(
            409, "The library's own login is switched off here. Log in as the host of this help desk has it."),
    MAIL_DELAYED(503, "The mail is kept and could not be worked on yet. It will be; sending it again does no harm."),
    MAIL_LIMIT_REACHED(429, "The plan of your tenant allows no more mails today. Retry-After says when it does again."),
    MAIL_TOO_LARGE(413, "The mail has more bytes than a mail may have."),
    MAILBOX_NOT_FOUND(404, "There is no such mailbox in your tenant."),
    MALFORMED_FORM(
            400,
            "The body is not multipart/form-data as RFC 7578 has it: cut off, without a boundary, nested, with a header that is too long, or"
                    + " with a part that is no file. The text says which."),
    MALFORMED_JSON(400, "The body is not JSON, names a field twice, is nested too deep, or goes on after its end."),
    MALFORMED_QUERY(400, "The query of the address is not percent-encoded as addresses are."),
    MESSAGE_NOT_FOUND(404, "There is no such message in your tenant."),
    METHOD_NOT_ALLOWED(405, "This address has no such method. The header Allow lists those it has."),
    MIGRATION_FAILED(503, "The database could not be brought to this release. Seen by the host's own code only."),
    NAME_TAKEN(409, "Another organization or team has this name."),
    NO_AUTHENTICATOR(
            409, "You have no authenticator, none that waits to be confirmed, or no second factor to get codes for."),
    NO_SECURITY_KEY(409, "You have no security key."),
    NO_SUCH_RESOURCE(404, "There is nothing at this address. Compare it with the OpenAPI document."),
    NOT_ACCEPTABLE(
            406,
            "The answer cannot be given in the media types that Accept allows. Most answers are application/json."),
    NOT_QUARANTINED(409, "Only a mail that is in quarantine can be released or dropped."),
    OPENID_NOT_OFFERED(401, "There is no such tenant, or it does not offer this OpenID provider."),
    OPENID_PROVIDER_UNAVAILABLE(
            503, "The OpenID provider does not answer as it should. Log in again later, or tell the operator."),
    OPENID_REFUSED(401, "The OpenID provider did not vouch for this login. Begin again."),
    OPENID_STATE_INVALID(
            401, "The login was begun in another browser, took too long, or was finished already. Begin again."),
    OPENID_UNKNOWN_AGENT(
            401,
            "There is no active agent with the mail address that the OpenID provider has verified. Ask an administrator to add you."),
    OPERATION_FINISHED(409, "The operation is done. There is nothing to cancel."),
    OPERATION_NOT_CANCELLABLE(409, "An export or an erasure of a person cannot be ended halfway."),
    OPERATION_NOT_FOUND(404, "There is no such operation that you may see, or it has no file: not yet, or no longer."),
    ORGANIZATION_NOT_FOUND(404, "There is no such organization in your tenant."),
    ORIGIN_NOT_ALLOWED(
            403,
            "A browser asked on behalf of a page of another origin, which the operator has not allowed to call this API."),
    OTHER_BROWSER(
            401, "The link of the mail was asked for in another browser. Open it there, or ask for another link here."),
    RANGE_NOT_SATISFIABLE(416, "The range begins behind the end of the file. Content-Range tells how long it is."),
    RATE_LIMITED(
            429, "You, your tenant or your address sent too many requests. Wait as many seconds as Retry-After says."),
    REQUEST_IN_FLIGHT(
            409, "The same request, by its Idempotency-Key, is under way. Repeat it a moment later to get its answer."),
    RETENTION_RULE_NOT_FOUND(404, "There is no rule of this kind in your tenant."),
    ROLE_BUILT_IN(409, "A built-in role cannot be changed or removed. Make one of your own."),
    ROLE_IN_USE(409, "Agents or API tokens have this role. Give them another one first."),
    ROLE_NOT_FOUND(404, "There is no role of this name in your tenant."),
    ROLE_TAKEN(409, "There is a role of this name already."),
    SCANNER_UNAVAILABLE(
            503, "The scanner for malware does not answer, so the file was not stored. Repeat the request later."),
    SCHEMA_NOT_CURRENT(503, "The database is of another release. Seen by the host's own code only."),
    SECRET_UNREADABLE(503, "A secret in the database cannot be decrypted. It has to be set again."),
    SECURITY_KEY_EXISTS(409, "This security key was added before. Take another one."),
    SECURITY_KEY_NOT_FOUND(404, "There is no such security key of yours."),
    SECURITY_KEYS_NOT_CONFIGURED(
            409, "Security keys are not offered here. Use another second factor, or tell the operator."),
    SESSION_NOT_FOUND(404, "There is no such session of yours, or it has ended."),
    SLUG_TAKEN(409, "Another tenant has this slug. Seen by the host's own code only."),
    STATEMENT_TIMEOUT(
            503,
            "The database took longer over a part of this request than it may. Nothing was changed. Ask for less at once, or repeat the"
                    + " request later."),
    STATUS_TRANSITION(409, "The ticket cannot get this status from the one it has; a closed one stays closed."),
    STORAGE_LIMIT_REACHED(
            422,
            "The plan of your tenant allows no more bytes of files and mails. Remove some, or ask for another plan."),
    STREAMS_CLOSED(503, "The server is about to stop and opens no streams. Connect again."),
    TEAM_NOT_FOUND(404, "There is no such team in your tenant."),
    TENANT_BEING_DELETED(409, "The tenant is being deleted, which cannot be undone. Seen by the host's own code only."),
    TENANT_NOT_FOUND(404, "There is no such tenant. Seen by the host's own code only."),
    TENANT_SUSPENDED(403, "Your tenant is suspended. Whoever runs this help desk can let it go on."),
    TICKET_CLOSED(409, "The ticket is closed and takes no more messages. Open a new one."),
    TICKET_NOT_FOUND(404, "There is no ticket of this id or number in your tenant."),
    TOO_MANY_ATTEMPTS(429, "There were too many attempts to log in. Wait as many seconds as Retry-After says."),
    TOO_MANY_FILES(422, "The form has more files than can be stored at once. Nothing was stored; send some at a time."),
    TOO_MANY_ROLES(422, "Your tenant has as many roles of its own as it may have. Remove one first."),
    TOO_MANY_SECURITY_KEYS(422, "You have as many security keys as you may have. Remove one first."),
    TOO_MANY_STREAMS(
            429,
            "You, your tenant or the server has as many streams of events open as there may be. Close some, or wait as many seconds as"
                    + " Retry-After says."),
    UNAUTHENTICATED(401, "The request does not say who asks. Send a token in the header Authorization."),
    UNIQUE_KEY_TAKEN(409, "There is a job of this unique key already."),
    UNSUPPORTED_MEDIA_TYPE(415, "The body has a media type that is not read at this address. Content-Type names it."),
    UPLOAD_TOO_SLOW(503, "The upload took longer than it may. Send the file again."),
    USER_NAME_TAKEN(
            409,
            "Another agent has this user name, or this mail address as its user name. Take another one, or change that agent."),
    VERSION_CONFLICT(
            409,
            "Somebody changed this meanwhile. Where the request had If-Match, the status is 412. Read it again, apply your change"
                    + " to what you find, and send that."),
    WRONG_TENANT(403, "The request names another tenant than the one that the token belongs to.");

    private final int status;
    private final String meaning;

    ProblemCode(int status, String meaning) {
        this.status = status;
        this.meaning = meaning;
    }

    int status() {
        return status;
    }

    String meaning() {
        return meaning;
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Finds the code of a problem; empty where it is none of them. */
    static Optional<ProblemCode> of(String wireName) {
        for (ProblemCode code : values()) {
            if (code.wireName().equals(wireName)) {
                return Optional.of(code);
            }
        }
        return Optional.empty();
    }
}
