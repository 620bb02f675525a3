package io.insightdesk.jaxrs.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.zip.CRC32;

/** Where the resources of SCIM are, and what else their {@code meta} says (RFC 7643, section 3.1). */
record ScimPlaces(String base) {
    static final String ROOT = "scim/v2";

    static ScimPlaces of(UriInfo uri) {
        return new ScimPlaces(uri.getBaseUriBuilder().path(ROOT).build().toString());
    }

    /** The address of a resource. */
    String of(String... segments) {
        return base + "/" + String.join("/", segments);
    }

    /** Adds the meta of a resource whose other attributes are there: its version names these too, for some change by themselves. */
    void meta(
            ObjectNode json, String type, String endpoint, String id, Instant created, Instant updated, long version) {
        CRC32 crc = new CRC32();
        crc.update(JsonCodec.write(json));
        json.putObject("meta")
                .put("resourceType", type)
                .put("created", created.toString())
                .put("lastModified", updated.toString())
                .put("location", of(endpoint, id))
                .put("version", "\"" + version + "-" + Long.toHexString(crc.getValue()) + "\"");
    }
}
