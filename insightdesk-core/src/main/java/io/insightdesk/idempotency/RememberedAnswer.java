package io.insightdesk.idempotency;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * An answer that is given again to a repeated request. It holds no secret.
 *
 * @param status the HTTP status; an answer of 500 or more is given once and not kept
 * @param headers the headers worth repeating
 * @param body the text of the answer; empty where there is none
 * @since 0.1.0
 */
public record RememberedAnswer(int status, Map<String, String> headers, String body) {

    /** Copies the headers. */
    public RememberedAnswer {
        headers = Map.copyOf(headers);
        requireNonNull(body, "body");
    }
}
