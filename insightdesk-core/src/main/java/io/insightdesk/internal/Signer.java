package io.insightdesk.internal;

/** Signs what leaves the library and comes back: cursors, links, reply tokens. Thread-safe. */
public interface Signer {

    /**
     * The signature of data for a purpose; a signature for one purpose is worth nothing for another.
     *
     * @param purpose a constant of the caller, such as {@code cursor}
     * @param data what is signed
     */
    byte[] mac(String purpose, byte[] data);

    /** Whether a signature was made by {@link #mac} for this purpose and data, also under an older key. */
    boolean verify(String purpose, byte[] data, byte[] mac);
}
