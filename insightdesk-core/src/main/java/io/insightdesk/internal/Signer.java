package io.insightdesk.internal;

/** Signs what leaves the library and has to come back unchanged. Thread-safe. */
public interface Signer {

    /**
     * The signature of some data, under a key that only this purpose uses.
     *
     * @param purpose what is signed, such as {@code cursor}: a signature of one purpose is worth nothing for another
     * @return at most 255 bytes: an HMAC-SHA256, and by which key it was made where there are several; not to be cut
     */
    byte[] mac(String purpose, byte[] data);

    /**
     * Whether the signature is of this data and purpose, under the present key or an older one that is still kept. Compares in
     * constant time.
     *
     * @param mac what {@link #mac} gave, or any other bytes
     */
    boolean verify(String purpose, byte[] data, byte[] mac);
}
