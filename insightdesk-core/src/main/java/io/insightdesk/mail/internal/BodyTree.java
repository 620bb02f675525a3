package io.insightdesk.mail.internal;

import io.insightdesk.internal.html.CleanText;
import io.insightdesk.internal.html.HtmlText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts the readable parts of a mail together as a reader would see them, while the parts go by. */
final class BodyTree {

    /** Text and HTML of one part, or of a multipart as a whole. */
    record Body(@Nullable String text, @Nullable String html) {

        static final Body NONE = new Body(null, null);

        String readable() {
            if (!isBlank(text)) {
                return text == null ? "" : text;
            }
            return html == null ? "" : HtmlText.toText(html);
        }
    }

    private record Frame(String type, List<Body> children) {}

    private final Deque<Frame> open = new ArrayDeque<>();
    private Body root = Body.NONE;

    void start(String type) {
        open.push(new Frame(type, new ArrayList<>()));
    }

    void end() {
        Frame frame = open.poll();
        if (frame != null) {
            add(frame.type.equals("multipart/alternative") ? alternative(frame.children) : sequence(frame.children));
        }
    }

    void add(Body body) {
        Frame frame = open.peek();
        if (frame == null) {
            root = body;
        } else {
            frame.children.add(body);
        }
    }

    int depth() {
        return open.size();
    }

    boolean isInRelated() {
        Frame frame = open.peek();
        return frame != null && frame.type.equals("multipart/related");
    }

    /** The whole; multiparts that were cut off are closed. */
    Body root() {
        while (!open.isEmpty()) {
            end();
        }
        return root;
    }

    /** One thing said in several ways: the first plain one and the best (last) HTML. */
    private static Body alternative(List<Body> children) {
        String text = null;
        String html = null;
        for (Body child : children) {
            text = isBlank(text) && !isBlank(child.text) ? child.text : text;
            html = isBlank(child.html) ? html : child.html;
        }
        return new Body(text, html);
    }

    /** Things one after the other: all of them, in HTML as soon as one is. */
    private static Body sequence(List<Body> children) {
        List<Body> filled = children.stream()
                .filter(child -> !isBlank(child.text) || !isBlank(child.html))
                .toList();
        if (filled.isEmpty()) {
            return Body.NONE;
        }
        if (filled.size() == 1) {
            return filled.get(0);
        }
        boolean anyHtml = filled.stream().anyMatch(child -> !isBlank(child.html));
        StringBuilder text = new StringBuilder();
        StringBuilder html = new StringBuilder();
        for (Body child : filled) {
            String readable = child.readable().strip();
            text.append(text.length() == 0 || readable.isEmpty() ? "" : "\n\n").append(readable);
            if (anyHtml) {
                html.append(isBlank(child.html) ? HtmlText.toHtml(child.readable()) : child.html);
            }
        }
        return new Body(text.toString(), anyHtml ? html.toString() : null);
    }

    private static boolean isBlank(@Nullable String value) {
        return value == null || value.chars().allMatch(c -> CleanText.isBlank(c) || Character.isISOControl(c));
    }
}
