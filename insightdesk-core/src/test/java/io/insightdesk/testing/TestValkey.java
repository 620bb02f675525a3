package io.insightdesk.testing;

import io.insightdesk.devenv.servers.ValkeyServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real Valkey, or the Redis that stands in for it, that can be killed, paused and asked. */
public final class TestValkey implements AutoCloseable {

    private static final Pattern PROCESS = Pattern.compile("process_id:([0-9]+)");

    private final ValkeyServer server;
    private final RedisClient client;
    private String password = "";
    private String paused = "";

    /** Starts one. */
    public TestValkey() {
        this(ValkeyServer.start());
    }

    /** Takes one over that runs. */
    TestValkey(ValkeyServer server) {
        this.server = server;
        this.client = RedisClient.create();
    }

    /** What it is. */
    public String program() {
        return server.program();
    }

    /** Where it is, for a node; with the password, if there is one. */
    public String uri() {
        return "redis://" + (password.isEmpty() ? "" : ":" + password + "@") + hostAndPort();
    }

    /** Where it is, for people. */
    public String hostAndPort() {
        return server.endpoint().host() + ":" + server.endpoint().port();
    }

    /** Asks it something on a connection of its own. */
    public <T> T ask(Function<RedisCommands<String, String>, T> question) {
        RedisURI uri = RedisURI.create(server.endpoint().uri());
        if (!password.isEmpty()) {
            uri.setCredentialsProvider(new io.lettuce.core.StaticCredentialsProvider(null, password.toCharArray()));
        }
        try (StatefulRedisConnection<String, String> connection = client.connect(uri)) {
            return question.apply(connection.sync());
        }
    }

    /** Wants a password from now on. */
    public void require(String value) {
        String unused = ask(commands -> commands.configSet("requirepass", value));
        password = SecretsSeen.secret(value);
    }

    /** Kills it. */
    public void kill() {
        server.kill();
    }

    /** Brings it back, empty and without a password. */
    public void restart() {
        server.restart();
        password = "";
    }

    /** Stops its process in the middle of whatever it does; connections stay open, and new ones are taken by the kernel. */
    public void pause() {
        Matcher process = PROCESS.matcher(ask(commands -> commands.info("server")));
        if (!process.find()) {
            throw new IllegalStateException("the server does not say which process it is");
        }
        paused = process.group(1);
        signal("STOP");
    }

    /** Lets it go on. */
    public void resume() {
        signal("CONT");
        paused = "";
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, paused).start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("process " + paused + " did not take " + name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (!paused.isEmpty()) {
            resume();
        }
        client.shutdown();
        server.close();
    }
}
