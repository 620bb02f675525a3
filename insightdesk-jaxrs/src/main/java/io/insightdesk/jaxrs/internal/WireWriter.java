package io.insightdesk.jaxrs.internal;

import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;

/** Writes this API's own values as JSON, whatever other providers the host has. */
@Provider
@Produces(MediaType.WILDCARD)
public final class WireWriter implements MessageBodyWriter<Wire> {
    /** Makes the writer. */
    public WireWriter() {}

    @Override
    public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return Wire.class.isAssignableFrom(type);
    }

    @Override
    public void writeTo(
            Wire value,
            Class<?> type,
            Type genericType,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> headers,
            OutputStream stream)
            throws IOException {
        stream.write(value instanceof JsonBytes bytes ? bytes.json() : JsonCodec.write(value));
    }
}
