package io.insightdesk.internal;

/** Signs what leaves the library and has to come back unchanged. Thread-safe. */
public interface Signer {

    /**
     * The HMAC-SHA256 tag of some data, under a key that only this purpose uses.
     *
     * @param purpose what is signed, such as {@code cursor}: a tag of one purpose is worth nothing for another
     * @return 32 bytes
     */
    byte[] mac(String purpose, byte[] data);

    /**
     * Whether the tag is of this data and purpose, under the present key or an older one that is still kept. Compares in
     * constant time.
     *
     * @param mac the tag or its leading bytes, at least 10
     */
    boolean verify(String purpose, byte[] data, byte[] mac);
}
