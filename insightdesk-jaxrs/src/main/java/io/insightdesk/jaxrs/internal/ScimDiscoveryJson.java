package io.insightdesk.jaxrs.internal;

import java.util.List;

/** What all resources of discovery have, for the description of the API; the rest is in RFC 7643 (sections 5 to 7). */
record ScimDiscoveryJson(
        @Text(value = "What this is.", example = ScimSchemas.CONFIG)
        List<String> schemas) implements Wire {}
