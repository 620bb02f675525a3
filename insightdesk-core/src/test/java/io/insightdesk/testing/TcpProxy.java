package io.insightdesk.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stands between a client and a server, and loses connections, refuses them or goes silent when told to. Thread-safe. */
public final class TcpProxy implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TcpProxy.class);
    private static final int BUFFER = 16 * 1024;

    private final InetSocketAddress target;
    private final ServerSocket door;
    private final Set<Pair> pairs = ConcurrentHashMap.newKeySet();
    private final AtomicLong taken = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition flowing = lock.newCondition();
    private boolean silent;
    private volatile boolean refusing;

    private record Pair(Socket client, Socket server) {

        /** A reset, as from a router that forgot the connection: what is on its way is lost. */
        void cut() {
            for (Socket each : List.of(client, server)) {
                try (each) {
                    each.setSoLinger(true, 0);
                } catch (IOException e) {
                    log.debug("A connection was closed already", e);
                }
            }
        }
    }

    /** Begins to listen on a free port of this machine. */
    public TcpProxy(String host, int port) {
        this.target = new InetSocketAddress(host, port);
        try {
            this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread(this::accept, "tcp-proxy");
    }

    /** Where it listens. */
    public int port() {
        return door.getLocalPort();
    }

    /** How many connections it took so far. */
    public long taken() {
        return taken.get();
    }

    /** Cuts all connections and answers how many there were; new ones are taken. */
    public int cut() {
        List<Pair> all = new ArrayList<>(pairs);
        all.forEach(Pair::cut);
        return all.size();
    }

    /** Whether new connections are cut as soon as they are made. */
    public void refuse(boolean value) {
        refusing = value;
    }

    /** Passes nothing on and says nothing: connections stay, and new ones get no answer. */
    public void goSilent() {
        lock.lock();
        try {
            silent = true;
        } finally {
            lock.unlock();
        }
    }

    /** Passes on what waited, and what comes. */
    public void goOn() {
        lock.lock();
        try {
            silent = false;
            flowing.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                take(door.accept());
            } catch (IOException e) {
                log.debug("The proxy is closed, or its target is away", e);
            }
        }
    }

    private void take(Socket client) throws IOException {
        if (refusing) {
            new Pair(client, new Socket()).cut();
            return;
        }
        Socket server = new Socket();
        Pair pair = new Pair(client, server);
        try {
            server.connect(target);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        } catch (IOException e) {
            pair.cut();
            throw e;
        }
        taken.incrementAndGet();
        pairs.add(pair);
        thread(() -> pump(pair, client, server), "tcp-proxy-up");
        thread(() -> pump(pair, server, client), "tcp-proxy-down");
    }

    private void pump(Pair pair, Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                awaitFlow();
                out.write(buffer, 0, read);
            }
            awaitFlow();
            to.shutdownOutput();
        } catch (IOException e) {
            log.debug("A connection ended", e);
            pair.cut();
        } finally {
            if (from.isClosed() || from.isOutputShutdown()) {
                pair.cut();
                pairs.remove(pair);
            }
        }
    }

    private void awaitFlow() {
        lock.lock();
        try {
            while (silent) {
                flowing.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private static void thread(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        goOn();
        int unused = cut();
    }
}
