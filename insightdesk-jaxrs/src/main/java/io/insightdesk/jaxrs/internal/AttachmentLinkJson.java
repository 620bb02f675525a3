package io.insightdesk.jaxrs.internal;

import java.time.Instant;

/** The right to read one file for a short time. */
record AttachmentLinkJson(
        @Text(
                value = "Where the file can be read by whoever has this address, without host.",
                example =
                        "/api/v1/attachments/0190d7a2-5e3f-7c1a-9b7d-3f2a1c0e4d5b/content?signature=AZDXol4_fBqbfT8qHA5NWwAAAABnQa…")
        String url,

        @Text("Until when.") Instant expiresAt)
        implements Wire {}
