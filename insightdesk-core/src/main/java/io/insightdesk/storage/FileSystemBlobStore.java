package io.insightdesk.storage;

import static java.util.Objects.requireNonNull;

import io.insightdesk.error.NotFoundException;
import io.insightdesk.tenant.TenantId;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Keeps blobs as files: a directory per tenant, two levels of directories in it. For one machine, or for several that share a
 * file system with atomic renames. Thread-safe.
 *
 * @since 0.1.0
 */
public final class FileSystemBlobStore implements BlobStore {

    private static final String UNFINISHED = ".part";

    private final Path root;

    /**
     * Makes a store.
     *
     * @param root the directory, which is made when the first blob is kept; nothing else should be in it
     */
    public FileSystemBlobStore(Path root) {
        this.root = requireNonNull(root, "root").toAbsolutePath().normalize();
    }

    @Override
    public void put(TenantId tenant, BlobId blob, InputStream content) throws IOException {
        Path file = file(tenant, blob);
        Path directory = directory(file);
        makeDurably(directory);
        Path unfinished = directory.resolve(blob + "." + UUID.randomUUID() + UNFINISHED);
        try {
            try (FileChannel channel =
                    FileChannel.open(unfinished, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                OutputStream out = Channels.newOutputStream(channel);
                content.transferTo(out);
                channel.force(true);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            force(directory);
        } catch (IOException | RuntimeException e) {
            try {
                delete(tenant, blob);
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    @Override
    public InputStream open(TenantId tenant, BlobId blob, long offset, long length) throws IOException {
        SeekableByteChannel channel;
        try {
            channel = Files.newByteChannel(file(tenant, blob), StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw new NotFoundException("blob", blob.toString());
        }
        try {
            channel.position(offset);
            return new Part(Channels.newInputStream(channel), length);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void delete(TenantId tenant, BlobId blob) throws IOException {
        Path file = file(tenant, blob);
        Files.deleteIfExists(file);
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(directory(file), blob + ".*" + UNFINISHED)) {
            for (Path leftover : leftovers) {
                Files.deleteIfExists(leftover);
            }
        } catch (NoSuchFileException e) {
            // Never had a blob, so there is nothing to delete.
            return;
        }
    }

    /** The directories are named by the last digits, which are random; the first ones are the time. */
    private Path file(TenantId tenant, BlobId blob) {
        String name = blob.toString();
        int end = name.length();
        return root.resolve(tenant.toString())
                .resolve(name.substring(end - 2))
                .resolve(name.substring(end - 4, end - 2))
                .resolve(name);
    }

    private Path directory(Path file) {
        return requireNonNull(file.getParent());
    }

    /** A new directory survives a crash only when its entry in the one above does. */
    private static void makeDurably(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path above = requireNonNull(directory.getParent());
        if (above.getParent() != null) {
            makeDurably(above);
        }
        Files.createDirectories(directory);
        force(above);
    }

    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Windows opens no directories, and keeps their entries by itself.
            if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
                throw e;
            }
        }
    }

    /** Ends after so many bytes. */
    private static final class Part extends FilterInputStream {

        private long left;

        Part(InputStream in, long length) {
            super(in);
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (left <= 0) {
                return -1;
            }
            int count = super.read(buffer, offset, (int) Math.min(length, left));
            left -= Math.max(count, 0);
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = super.skip(Math.min(count, left));
            left -= skipped;
            return skipped;
        }

        @Override
        public int available() throws IOException {
            return (int) Math.min(super.available(), left);
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
