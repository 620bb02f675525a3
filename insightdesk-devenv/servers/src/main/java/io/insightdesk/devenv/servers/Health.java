package io.insightdesk.devenv.servers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Whether a server does its work, found out by a real request to it.
 *
 * @param service the server
 * @param healthy whether it answered as it should
 * @param detail what it answered, or why it did not, in one line
 * @param took how long that took
 * @since 0.1.0
 */
public record Health(Service service, boolean healthy, String detail, Duration took) {

    /**
     * Asks all servers at the same time: a query, a {@code PING}, the bucket, the SMTP greeting and the page. Changes
     * nothing.
     *
     * @param limit how long each step of a request may take
     * @return one for each server that there is, in the order of {@link Service}
     */
    public static List<Health> of(Endpoints endpoints, Duration limit) {
        List<CompletableFuture<Health>> asked = new ArrayList<>();
        PostgresEndpoint postgres = endpoints.postgres();
        if (postgres != null) {
            asked.add(CompletableFuture.supplyAsync(() -> ofPostgres(postgres, limit), Health::inThread));
        }
        ValkeyEndpoint valkey = endpoints.valkey();
        if (valkey != null) {
            asked.add(CompletableFuture.supplyAsync(() -> ofValkey(valkey, limit), Health::inThread));
        }
        S3Endpoint s3 = endpoints.s3();
        if (s3 != null) {
            asked.add(CompletableFuture.supplyAsync(() -> ofS3(s3, limit), Health::inThread));
        }
        MailEndpoint mail = endpoints.mail();
        if (mail != null) {
            asked.add(CompletableFuture.supplyAsync(() -> ofMail(mail, limit), Health::inThread));
        }
        return asked.stream().map(CompletableFuture::join).toList();
    }

    private static void inThread(Runnable work) {
        Thread thread = new Thread(work, "insightdesk-devenv-health");
        thread.setDaemon(true);
        thread.start();
    }

    static Health ofPostgres(PostgresEndpoint endpoint, Duration limit) {
        return ask(Service.POSTGRES, () -> {
            PGSimpleDataSource dataSource = endpoint.unpooled();
            int seconds = (int) Math.max(1, limit.toSeconds());
            dataSource.setConnectTimeout(seconds);
            dataSource.setSocketTimeout(seconds);
            dataSource.setLoginTimeout(seconds);
            try (Connection connection = dataSource.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("show server_version")) {
                row.next();
                return "PostgreSQL " + row.getString(1);
            }
        });
    }

    static Health ofValkey(ValkeyEndpoint endpoint, Duration limit) {
        return ask(Service.VALKEY, () -> {
            String answer = firstLine(endpoint.host(), endpoint.port(), "PING\r\n", limit);
            if (!answer.equals("+PONG")) {
                throw new IOException("answered PING with «" + answer + "»");
            }
            return "PONG";
        });
    }

    static Health ofS3(S3Endpoint endpoint, Duration limit) {
        return ask(Service.MINIO, () -> {
            if (!S3Buckets.exists(endpoint, limit)) {
                throw new IOException("there is no bucket " + endpoint.bucket() + ", or the key does not open it");
            }
            return "bucket " + endpoint.bucket();
        });
    }

    static Health ofMail(MailEndpoint endpoint, Duration limit) {
        return ask(Service.MAILHOG, () -> {
            String greeting = firstLine(endpoint.smtpHost(), endpoint.smtpPort(), "", limit);
            if (!greeting.startsWith("220")) {
                throw new IOException("greeted with «" + greeting + "»");
            }
            int status = status(endpoint.web(), limit);
            if (status != 200) {
                throw new IOException(endpoint.web() + " answered " + status);
            }
            return greeting.substring(3).strip();
        });
    }

    private static Health ask(Service service, Callable<String> request) {
        long begin = System.nanoTime();
        try {
            String answer = request.call();
            return new Health(service, true, answer, Duration.ofNanos(System.nanoTime() - begin));
        } catch (IOException | SQLException | DevEnvironmentException e) {
            return new Health(service, false, oneLine(e), Duration.ofNanos(System.nanoTime() - begin));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String oneLine(Exception e) {
        String message = e.getMessage();
        return (message == null ? e.getClass().getSimpleName() : message).replaceAll("\\s+", " ");
    }

    private static String firstLine(String host, int port, String request, Duration limit) throws IOException {
        try (Socket socket = new Socket()) {
            int millis = (int) Math.max(1, limit.toMillis());
            socket.connect(new InetSocketAddress(host, port), millis);
            socket.setSoTimeout(millis);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String line = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))
                    .readLine();
            if (line == null) {
                throw new IOException("closed the connection without an answer");
            }
            return line;
        }
    }

    /** By the older of the two clients of the JDK: this runs in commands, and the newer takes longer to load. */
    private static int status(URI uri, Duration limit) throws IOException {
        int millis = (int) Math.max(1, limit.toMillis());
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setConnectTimeout(millis);
        connection.setReadTimeout(millis);
        try {
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }
}
