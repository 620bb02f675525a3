package io.insightdesk.mail.internal;

import io.insightdesk.internal.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Message-IDs as they are stored and looked up. */
final class MailIds {

    /** An index row of PostgreSQL has no room for all that a header may hold. */
    private static final int LONGEST_KEY = 500;

    private MailIds() {}

    /** Without the angle brackets. */
    static String bare(String id) {
        return id.startsWith("<") && id.endsWith(">") ? id.substring(1, id.length() - 1) : id;
    }

    /** By which an id, with or without angle brackets, is looked up. */
    static String key(String id) {
        String bare = bare(id);
        byte[] bytes = bare.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= LONGEST_KEY) {
            return bare;
        }
        return "sha256:" + HexFormat.of().formatHex(Sha256.of(bytes));
    }
}
