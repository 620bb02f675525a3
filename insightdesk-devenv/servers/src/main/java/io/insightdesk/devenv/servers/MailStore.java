package io.insightdesk.devenv.servers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The newest mails, oldest first, optionally also as files. Thread-safe. */
final class MailStore {
    static final int LIMIT = 1000;
    private static final Logger LOG = LoggerFactory.getLogger(MailStore.class);
    private static final String SUFFIX = ".mail";

    private final Deque<CaughtMail> mails = new ArrayDeque<>();
    private final Lock lock = new ReentrantLock();
    private final Condition added = lock.newCondition();
    private final @Nullable Path directory;

    MailStore(@Nullable Path directory) throws IOException {
        this.directory = directory;
        if (directory != null) {
            Files.createDirectories(directory);
            load(directory);
        }
    }

    private void load(Path from) throws IOException {
        List<CaughtMail> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(from, "*" + SUFFIX)) {
            for (Path file : files) {
                try {
                    found.add(read(file));
                } catch (IOException | DateTimeException | IllegalArgumentException e) {
                    LOG.warn("Left out {}: it is not a kept mail", file, e);
                }
            }
        }
        found.sort(Comparator.comparing(CaughtMail::received).thenComparing(CaughtMail::id));
        mails.addAll(found);
    }

    void add(CaughtMail mail) throws IOException {
        lock.lock();
        try {
            if (directory != null) {
                write(directory, mail);
            }
            mails.addLast(mail);
            while (mails.size() > LIMIT) {
                forget(mails.removeFirst());
            }
            added.signalAll();
        } finally {
            lock.unlock();
        }
    }

    List<CaughtMail> all() {
        lock.lock();
        try {
            return List.copyOf(mails);
        } finally {
            lock.unlock();
        }
    }

    Optional<CaughtMail> find(String id) {
        return all().stream().filter(mail -> mail.id().equals(id)).findFirst();
    }

    boolean remove(String id) throws IOException {
        lock.lock();
        try {
            Optional<CaughtMail> mail = find(id);
            if (mail.isEmpty()) {
                return false;
            }
            forget(mail.get());
            return mails.removeIf(kept -> kept.id().equals(id));
        } finally {
            lock.unlock();
        }
    }

    void clear() throws IOException {
        lock.lock();
        try {
            while (!mails.isEmpty()) {
                forget(mails.removeFirst());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns the matching mails, oldest first, as soon as there are {@code count}, or what there is when time is up. */
    List<CaughtMail> await(Predicate<CaughtMail> filter, int count, Duration limit) {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (true) {
                List<CaughtMail> matching = mails.stream().filter(filter).toList();
                if (matching.size() >= count || left <= 0) {
                    return matching;
                }
                left = added.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MailNotReceivedException("Interrupted while waiting for a mail");
        } finally {
            lock.unlock();
        }
    }

    private void forget(CaughtMail mail) throws IOException {
        if (directory != null) {
            Files.deleteIfExists(directory.resolve(mail.id() + SUFFIX));
        }
    }

    /** The envelope in lines, an empty line, and the mail as it came. */
    private static void write(Path into, CaughtMail mail) throws IOException {
        StringBuilder envelope = new StringBuilder();
        envelope.append("received ").append(mail.received()).append('\n');
        envelope.append("helo ").append(mail.helo()).append('\n');
        envelope.append("from ").append(mail.from()).append('\n');
        mail.recipients().forEach(to -> envelope.append("to ").append(to).append('\n'));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(envelope.append('\n').toString().getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(mail.raw());
        Path writing = into.resolve(mail.id() + ".writing");
        Files.write(writing, bytes.toByteArray());
        Files.move(writing, into.resolve(mail.id() + SUFFIX), StandardCopyOption.ATOMIC_MOVE);
    }

    private static CaughtMail read(Path file) throws IOException {
        byte[] all = Files.readAllBytes(file);
        int end = 0;
        while (end + 1 < all.length && !(all[end] == '\n' && all[end + 1] == '\n')) {
            end++;
        }
        String from = "";
        String helo = "";
        Instant received = Instant.EPOCH;
        List<String> recipients = new ArrayList<>();
        for (String line :
                new String(all, 0, end, StandardCharsets.UTF_8).lines().toList()) {
            int space = line.indexOf(' ');
            String value = line.substring(space + 1);
            switch (line.substring(0, Math.max(0, space))) {
                case "received" -> received = Instant.parse(value);
                case "helo" -> helo = value;
                case "from" -> from = value;
                case "to" -> recipients.add(value);
                default -> throw new IOException("Not an envelope line: " + line);
            }
        }
        String name = String.valueOf(file.getFileName());
        byte[] raw = java.util.Arrays.copyOfRange(all, Math.min(all.length, end + 2), all.length);
        return new CaughtMail(
                name.substring(0, name.length() - SUFFIX.length()), from, recipients, helo, raw, received);
    }
}
