package io.insightdesk.jaxrs.internal;

import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Provider;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;

/** Writes streams of events, whatever the implementation of Jakarta REST knows of them. */
@Provider
@Produces(MediaType.WILDCARD)
public final class EventStreamWriter implements MessageBodyWriter<EventStreamBody> {
    /** Makes the writer. */
    public EventStreamWriter() {}

    @Override
    public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return EventStreamBody.class.isAssignableFrom(type);
    }

    @Override
    public void writeTo(
            EventStreamBody body,
            Class<?> type,
            Type genericType,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> headers,
            OutputStream stream) {
        body.write(stream);
    }
}
