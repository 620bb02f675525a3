package io.insightdesk.jaxrs.internal;

/** JSON that is written already. */
@SuppressWarnings("ArrayRecordComponent") // Lives from one method to the next, and is never compared.
record JsonBytes(byte[] json) implements Wire {}
