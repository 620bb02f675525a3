package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A problem document (RFC 9457). */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ProblemJson(
        @Text(value = "The page that explains it.", example = "https://insightdesk.io/problems/#ticket_not_found")
        String type,

        @Text("What kind of thing went wrong.") String title,
        @Text("The HTTP status.") Integer status,
        @Text("What went wrong, and what to do.") String detail,
        @Text("The path that was asked for.") @Nullable String instance,

        @Text(value = "The stable reason, for programs.", example = "ticket_not_found")
        String code,

        @Text("The request, as it is named in the log.") @Nullable String requestId,

        @Text("After a lost update: the version the change was made for.") @Nullable Long expectedVersion,

        @Text("After a lost update: the version that is stored.") @Nullable Long currentVersion,

        @Text("The thing that was made already, where its answer held a secret.") @Nullable String id,

        @Text("Each field or parameter that is wrong.") @Nullable List<FieldError> errors)
        implements Wire {
    /** The same, with its page where the host's pages are. */
    ProblemJson explainedAt(String pages) {
        return new ProblemJson(
                pages + code,
                title,
                status,
                detail,
                instance,
                code,
                requestId,
                expectedVersion,
                currentVersion,
                id,
                errors);
    }

    /** One thing that is wrong: by its place in the body, or by its parameter. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record FieldError(
            @Text(value = "A JSON pointer (RFC 6901) into the body.", example = "/subject") @Nullable String pointer,

            @Text("The query parameter.") @Nullable String parameter,

            @Text(value = "The stable reason.", example = "required")
            String code,

            @Text("What is wrong and what is right.") String message) {}
}
