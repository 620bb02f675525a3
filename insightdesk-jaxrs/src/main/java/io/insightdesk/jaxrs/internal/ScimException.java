package io.insightdesk.jaxrs.internal;

import org.jspecify.annotations.Nullable;

/** A SCIM request that goes wrong before the core is asked, with the reason that RFC 7644 (section 3.12) has for it. */
public final class ScimException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    static final String INVALID_FILTER = "invalidFilter";
    static final String INVALID_PATH = "invalidPath";
    static final String INVALID_SYNTAX = "invalidSyntax";
    static final String INVALID_VALUE = "invalidValue";
    static final String MUTABILITY = "mutability";
    static final String NO_TARGET = "noTarget";
    static final String TOO_MANY = "tooMany";
    static final String UNIQUENESS = "uniqueness";

    private final int status;
    private final @Nullable String scimType;

    ScimException(int status, @Nullable String scimType, String detail) {
        super(detail);
        this.status = status;
        this.scimType = scimType;
    }

    static ScimException filter(String detail) {
        return new ScimException(400, INVALID_FILTER, detail);
    }

    static ScimException path(String detail) {
        return new ScimException(400, INVALID_PATH, detail);
    }

    static ScimException syntax(String detail) {
        return new ScimException(400, INVALID_SYNTAX, detail);
    }

    static ScimException value(String detail) {
        return new ScimException(400, INVALID_VALUE, detail);
    }

    ScimErrorJson error() {
        return ScimErrorJson.of(status, scimType, String.valueOf(getMessage()));
    }

    int status() {
        return status;
    }
}
