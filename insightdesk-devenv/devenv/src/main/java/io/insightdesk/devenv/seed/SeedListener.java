package io.insightdesk.devenv.seed;

/**
 * Hears how far the making of data is. Called on the thread that asked for the data, often enough for a progress bar; what it
 * throws ends the work, and the tenant being made is rolled back.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface SeedListener {
    /**
     * Tells about one kind of rows. It begins with 0 done and ends with {@code done} equal to {@code total}.
     *
     * @param what what is being made, such as {@code tickets}; the same word until another kind begins
     * @param done how many there are
     * @param total how many there will be
     */
    void progress(String what, long done, long total);

    /**
     * Returns a listener for those who do not want to know.
     *
     * @return a listener that does nothing
     */
    static SeedListener none() {
        return (what, done, total) -> {};
    }
}
