package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An error as SCIM has it (RFC 7644, section 3.12). */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ScimErrorJson(
        @Text(value = "What this is.", example = SCHEMA) List<String> schemas,

        @Text(value = "The HTTP status, as a text.", example = "400")
        String status,

        @Text(value = "The reason, where RFC 7644 has one.", example = "invalidValue") @Nullable String scimType,

        @Text(value = "What went wrong, and what to do.", example = "userName is required.")
        String detail)
        implements Wire {
    static final String SCHEMA = "urn:ietf:params:scim:api:messages:2.0:Error";

    static ScimErrorJson of(int status, @Nullable String scimType, String detail) {
        return new ScimErrorJson(List.of(SCHEMA), Integer.toString(status), scimType, detail);
    }

    /** The same as a problem document says. */
    static ScimErrorJson of(ProblemJson problem) {
        String detail = problem.detail();
        List<ProblemJson.FieldError> errors = problem.errors();
        if (errors != null && !errors.isEmpty()) {
            detail = errors.stream()
                    .map(error -> place(error) + error.message())
                    .distinct()
                    .limit(20)
                    .collect(Collectors.joining(" "));
        }
        return of(problem.status(), scimType(problem.code()), detail);
    }

    private static String place(ProblemJson.FieldError error) {
        String pointer = error.pointer();
        String name = pointer == null
                ? error.parameter()
                : pointer.replaceFirst("^/", "").replace('/', '.');
        return name == null || name.isEmpty() ? "" : name + ": ";
    }

    private static @Nullable String scimType(String code) {
        return switch (code) {
            case "user_name_taken", "email_taken", "external_id_taken", "name_taken" -> ScimException.UNIQUENESS;
            case "invalid_input" -> ScimException.INVALID_VALUE;
            case "malformed_json" -> ScimException.INVALID_SYNTAX;
            default -> null;
        };
    }
}
