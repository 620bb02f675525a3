package io.insightdesk.devenv.servers;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The page of the mail catcher and MailHog's HTTP interface. */
final class MailCatcherHttp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MailCatcherHttp.class);
    private static final int THREADS = 4;
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 250;
    private static final String PAGE_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                    + " frame-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /** A mail's HTML: no scripts, nothing fetched from anywhere, an origin of its own. */
    private static final String MAIL_POLICY = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none';"
            + " img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    private final MailStore store;
    private final HttpServer server;
    private final ExecutorService threads;

    // Lives for one request and is never compared.
    @SuppressWarnings("ArrayRecordComponent")
    private record Answer(int status, String type, byte[] body, Map<String, String> headers) {}

    MailCatcherHttp(MailStore store, int port, String remedy) throws IOException {
        this.store = store;
        try {
            this.server = HttpServer.create(new InetSocketAddress(Ports.loopback(), port), 0);
        } catch (BindException e) {
            PortTakenException taken = new PortTakenException("The mail catcher (HTTP)", port, remedy);
            taken.initCause(e);
            throw taken;
        }
        this.threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "mail-catcher-http");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer;
            try {
                answer = answer(exchange);
            } catch (IllegalArgumentException e) {
                answer = error(400, String.valueOf(e.getMessage()));
            } catch (IOException | RuntimeException e) {
                LOG.warn("{} {} failed", exchange.getRequestMethod(), exchange.getRequestURI(), e);
                answer = error(500, "Failed; the log says why");
            }
            Headers headers = exchange.getResponseHeaders();
            headers.set("Content-Type", answer.type());
            headers.set("X-Content-Type-Options", "nosniff");
            headers.set("Cache-Control", "no-store");
            headers.set("Referrer-Policy", "no-referrer");
            headers.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
            answer.headers().forEach(headers::set);
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(
                    answer.status(), head || answer.body().length == 0 ? -1 : answer.body().length);
            if (!head && answer.body().length > 0) {
                exchange.getResponseBody().write(answer.body());
            }
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getPath();
        boolean read = method.equals("GET") || method.equals("HEAD");
        if (path.equals("/api/v1/messages") && method.equals("DELETE")) {
            store.clear();
            return json(Map.of());
        }
        if (path.startsWith("/api/v1/messages/") && method.equals("DELETE")) {
            String id = path.substring("/api/v1/messages/".length());
            return store.remove(id) ? json(Map.of()) : error(404, "No such message");
        }
        if (!read) {
            return error(405, "Not allowed here");
        }
        Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
        return switch (path) {
            case "/" -> page("index.html", "text/html; charset=utf-8");
            case "/app.js" -> page("app.js", "text/javascript; charset=utf-8");
            case "/style.css" -> page("style.css", "text/css; charset=utf-8");
            case "/api/v1/messages" ->
                json(newestFirst().stream().map(MailHogJson::message).toList());
            case "/api/v2/messages" -> list(newestFirst(), query);
            case "/api/v2/search" ->
                list(newestFirst().stream().filter(search(query)).toList(), query);
            case "/mails" ->
                json(newestFirst().stream().map(MailCatcherHttp::summary).toList());
            default -> one(path);
        };
    }

    private Answer one(String path) {
        String[] steps = path.substring(1).split("/", -1);
        if (path.startsWith("/api/v1/messages/") && steps.length >= 4) {
            Optional<CaughtMail> mail = store.find(steps[3]);
            if (mail.isPresent() && steps.length == 4) {
                return json(MailHogJson.message(mail.get()));
            }
            if (mail.isPresent() && steps.length == 5 && steps[4].equals("download")) {
                return download(mail.get().raw(), "message/rfc822", mail.get().id() + ".eml");
            }
        }
        if (steps[0].equals("mails") && steps.length >= 2) {
            Optional<CaughtMail> mail = store.find(steps[1]);
            if (mail.isPresent() && steps.length == 2) {
                return json(detail(mail.get()));
            }
            if (mail.isPresent() && steps.length == 3 && steps[2].equals("html")) {
                return html(mail.get().content());
            }
            if (mail.isPresent() && steps.length == 3 && steps[2].equals("raw")) {
                return new Answer(200, "text/plain; charset=utf-8", mail.get().raw(), Map.of());
            }
            if (mail.isPresent() && steps.length == 4 && steps[2].equals("parts")) {
                List<MailContent.BodyPart> leaves = mail.get().content().leaves();
                int index = Integer.parseInt(steps[3]);
                if (index >= 0 && index < leaves.size()) {
                    MailContent.BodyPart part = leaves.get(index);
                    byte[] content = part.content() == null ? new byte[0] : part.content();
                    return download(
                            content, "application/octet-stream", part.fileName().orElse("part-" + index));
                }
            }
        }
        return error(404, "Nothing here");
    }

    private List<CaughtMail> newestFirst() {
        List<CaughtMail> mails = new ArrayList<>(store.all());
        Collections.reverse(mails);
        return mails;
    }

    private static Answer list(List<CaughtMail> mails, Map<String, String> query) {
        int start = Math.max(0, number(query, "start", 0));
        int limit = Math.min(MAX_LIMIT, Math.max(0, number(query, "limit", DEFAULT_LIMIT)));
        List<Map<String, Object>> items = mails.stream()
                .skip(start)
                .limit(limit)
                .map(MailHogJson::message)
                .toList();
        return json(MailHogJson.ordered("total", mails.size(), "count", items.size(), "start", start, "items", items));
    }

    private static Predicate<CaughtMail> search(Map<String, String> query) {
        String part = query.getOrDefault("query", "");
        return switch (query.getOrDefault("kind", "")) {
            case "from" ->
                mail -> MailCatcher.contains(mail.from(), part)
                        || MailCatcher.contains(mail.header("From").orElse(""), part);
            case "to" ->
                mail -> mail.recipients().stream().anyMatch(to -> MailCatcher.contains(to, part))
                        || MailCatcher.contains(mail.header("To").orElse(""), part);
            case "containing" -> mail -> contains(mail, part);
            default -> throw new IllegalArgumentException("kind is one of from, to, containing");
        };
    }

    private static boolean contains(CaughtMail mail, String part) {
        MailContent content = mail.content();
        return MailCatcher.contains(new String(mail.raw(), StandardCharsets.UTF_8), part)
                || MailCatcher.contains(mail.subject(), part)
                || MailCatcher.contains(content.text(), part)
                || MailCatcher.contains(content.html().orElse(""), part);
    }

    private static int number(Map<String, String> query, String name, int otherwise) {
        String value = query.get(name);
        try {
            return value == null ? otherwise : Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " is a number", e);
        }
    }

    private static Map<String, Object> summary(CaughtMail mail) {
        MailContent content = mail.content();
        return MailHogJson.ordered(
                "id", mail.id(),
                "from", content.header("From").filter(from -> !from.isBlank()).orElse(mail.from()),
                "to", mail.recipients(),
                "subject", content.header("Subject").orElse(""),
                "received", mail.received(),
                "size", mail.size());
    }

    private static Map<String, Object> detail(CaughtMail mail) {
        MailContent content = mail.content();
        List<Map<String, Object>> headers = new ArrayList<>();
        content.headers()
                .forEach((name, values) -> values.forEach(value ->
                        headers.add(MailHogJson.ordered("name", name, "value", MailContent.decodeHeader(value)))));
        List<Map<String, Object>> attachments = new ArrayList<>();
        List<MailContent.BodyPart> leaves = content.leaves();
        for (int i = 0; i < leaves.size(); i++) {
            MailContent.BodyPart part = leaves.get(i);
            if (part.content() != null && (part.attachment() || part.fileName().isPresent())) {
                attachments.add(MailHogJson.ordered(
                        "index",
                        i,
                        "name",
                        part.fileName().orElse(part.type()),
                        "type",
                        part.type(),
                        "size",
                        part.content().length));
            }
        }
        Map<String, Object> detail = summary(mail);
        detail.put("envelopeFrom", mail.from());
        detail.put("headers", headers);
        detail.put("text", content.text());
        detail.put("html", content.html().isPresent());
        detail.put("attachments", attachments);
        return detail;
    }

    private static Answer html(MailContent content) {
        String html = content.html().orElse("");
        for (MailContent.BodyPart part : content.leaves()) {
            if (part.contentId().isPresent()
                    && part.content() != null
                    && part.type().startsWith("image/")) {
                html = html.replace(
                        "cid:" + part.contentId().get(),
                        "data:" + part.type() + ";base64," + Base64.getEncoder().encodeToString(part.content()));
            }
        }
        return new Answer(
                200,
                "text/html; charset=utf-8",
                html.getBytes(StandardCharsets.UTF_8),
                Map.of("Content-Security-Policy", MAIL_POLICY));
    }

    private static Answer page(String file, String type) throws IOException {
        try (InputStream in = MailCatcherHttp.class.getResourceAsStream("mailcatcher/" + file)) {
            if (in == null) {
                return error(404, "Nothing here");
            }
            return new Answer(200, type, in.readAllBytes(), Map.of("Content-Security-Policy", PAGE_POLICY));
        }
    }

    private static Answer download(byte[] content, String type, String name) {
        String ascii = name.replaceAll("[^A-Za-z0-9._ -]", "_");
        return new Answer(200, type, content, Map.of("Content-Disposition", "attachment; filename=\"" + ascii + "\""));
    }

    private static Answer json(Object value) {
        return new Answer(200, "application/json", Json.of(value).getBytes(StandardCharsets.UTF_8), Map.of());
    }

    private static Answer error(int status, String message) {
        return new Answer(
                status,
                "application/json",
                Json.of(Map.of("error", message)).getBytes(StandardCharsets.UTF_8),
                Map.of());
    }

    private static Map<String, String> query(@Nullable String raw) {
        Map<String, String> values = new HashMap<>();
        for (String pair : String.valueOf(raw).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                values.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return values;
    }
}
