package io.insightdesk.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Reads the spans of an {@code ExportTraceServiceRequest} (OTLP, protobuf), as far as the tests need them. */
final class Spans {

    private static final int RESOURCE_SPANS = 1;
    private static final int SCOPE_SPANS = 2;
    private static final int SPANS = 2;

    private Spans() {}

    /**
     * A span.
     *
     * @param trace the trace's id
     * @param id its own
     * @param parent the id of the span above; empty for a root
     * @param name its name
     */
    record Span(String trace, String id, String parent, String name) {}

    static List<Span> of(byte[] request) {
        List<Span> spans = new ArrayList<>();
        for (byte[] resource : fields(request, RESOURCE_SPANS)) {
            for (byte[] scope : fields(resource, SCOPE_SPANS)) {
                for (byte[] span : fields(scope, SPANS)) {
                    spans.add(new Span(
                            hex(fields(span, 1)),
                            hex(fields(span, 2)),
                            hex(fields(span, 4)),
                            new String(fields(span, 5).get(0), StandardCharsets.UTF_8)));
                }
            }
        }
        return spans;
    }

    private static String hex(List<byte[]> found) {
        return found.isEmpty() ? "" : HexFormat.of().formatHex(found.get(0));
    }

    private static List<byte[]> fields(byte[] message, int wanted) {
        List<byte[]> found = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.wrap(message);
        while (buffer.hasRemaining()) {
            long key = varint(buffer);
            switch ((int) (key & 7)) {
                case 0 -> varint(buffer);
                case 1 -> buffer.getLong();
                case 2 -> {
                    byte[] value = new byte[(int) varint(buffer)];
                    buffer.get(value);
                    if (key >>> 3 == wanted) {
                        found.add(value);
                    }
                }
                case 5 -> buffer.getInt();
                default -> throw new IllegalArgumentException("not protobuf");
            }
        }
        return found;
    }

    private static long varint(ByteBuffer buffer) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = buffer.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}
