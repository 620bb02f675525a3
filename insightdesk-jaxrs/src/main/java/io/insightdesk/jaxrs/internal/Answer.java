package io.insightdesk.jaxrs.internal;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/** An answer as it is sent and, for an idempotency key, remembered. */
@SuppressWarnings("ArrayRecordComponent") // Lives from one method to the next, and is never compared.
record Answer(int status, Map<String, String> headers, byte[] body) {
    static final String JSON = "application/json";

    static Answer of(int status, Wire value) {
        return new Answer(status, Map.of(HttpHeaders.CONTENT_TYPE, JSON), JsonCodec.write(value));
    }

    /** An entity with a version: its tag names the version and tells apart what else may change in its representation. */
    static Answer of(int status, Wire value, long version) {
        byte[] body = JsonCodec.write(value);
        return tagged(status, body, "\"" + version + "-" + checksum(body) + "\"");
    }

    /** What has no version: its tag names its content, and is none that a change could be made for. */
    static Answer tagged(int status, Wire value) {
        byte[] body = JsonCodec.write(value);
        return tagged(status, body, "\"c" + body.length + "-" + checksum(body) + "\"");
    }

    private static Answer tagged(int status, byte[] body, String tag) {
        return new Answer(status, Map.of(HttpHeaders.CONTENT_TYPE, JSON, HttpHeaders.ETAG, tag), body);
    }

    private static String checksum(byte[] body) {
        CRC32 crc = new CRC32();
        crc.update(body);
        return Long.toHexString(crc.getValue());
    }

    Answer with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Answer(status, more, body);
    }

    Response toResponse() {
        Response.ResponseBuilder builder = Response.status(status);
        headers.forEach(builder::header);
        return body.length == 0
                ? builder.build()
                : builder.entity(new JsonBytes(body)).build();
    }
}
