package io.insightdesk.mail.internal;

/**
 * What a mail may ask of the parser. A mail that asks for more is unreadable, with the limit as the reason.
 *
 * <p>The length of body lines and the size of attachments are not limited here: neither is ever held in memory.
 *
 * @param nesting multiparts inside each other
 * @param parts body parts of any kind
 * @param headers header fields of the mail, and of each part
 * @param headerBytes bytes of all header fields together, for the mail and for each part
 * @param headerLine bytes of one header line, before unfolding
 * @param textBytes bytes of all readable text and HTML parts together, after the transfer encoding is removed
 */
record Limits(int nesting, int parts, int headers, int headerBytes, int headerLine, int textBytes) {

    /** Far above every mail a person wrote, far below what hurts. */
    static final Limits DEFAULT = new Limits(30, 1000, 1000, 512 * 1024, 64 * 1024, 4 * 1024 * 1024);

    Limits {
        if (nesting < 1 || parts < 1 || headers < 1 || headerBytes < 1 || headerLine < 1 || textBytes < 1) {
            throw new IllegalArgumentException("every limit of a mail must be at least 1");
        }
    }
}
