package io.insightdesk.conversation.internal;

import io.insightdesk.conversation.AttachmentId;
import io.insightdesk.error.AccessDeniedException;
import io.insightdesk.internal.Signer;
import io.insightdesk.key.Secret;
import io.insightdesk.tenant.TenantId;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;

/**
 * Signs the right to read one file until an instant: base64url of the tenant, the second in which it ends, and a signature that
 * also covers the file. Thread-safe.
 */
final class LinkSignatures {

    private static final String PURPOSE = "attachment.link";
    private static final int CLAIMS = 16 + 8;
    private static final int MAX_LENGTH = 500;

    private final Signer signer;

    LinkSignatures(Signer signer) {
        this.signer = signer;
    }

    /** Signs; {@code expiresAt} is a whole second. */
    Secret sign(TenantId tenant, AttachmentId attachment, Instant expiresAt) {
        byte[] claims = claims(tenant.value(), expiresAt.getEpochSecond());
        byte[] mac = signer.mac(PURPOSE, signed(claims, attachment));
        byte[] all =
                ByteBuffer.allocate(CLAIMS + mac.length).put(claims).put(mac).array();
        return Secret.of(Base64.getUrlEncoder().withoutPadding().encodeToString(all));
    }

    /** The tenant whose file may be read now; refuses every signature that is not of this file, or is of the past. */
    TenantId tenantOf(AttachmentId attachment, Secret signature, Instant now) {
        String text = signature.reveal();
        if (text.length() > MAX_LENGTH) {
            throw AccessDeniedException.attachmentLinkInvalid();
        }
        byte[] all;
        try {
            all = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw AccessDeniedException.attachmentLinkInvalid();
        }
        if (all.length <= CLAIMS) {
            throw AccessDeniedException.attachmentLinkInvalid();
        }
        byte[] claims = Arrays.copyOf(all, CLAIMS);
        byte[] mac = Arrays.copyOfRange(all, CLAIMS, all.length);
        if (!signer.verify(PURPOSE, signed(claims, attachment), mac)) {
            throw AccessDeniedException.attachmentLinkInvalid();
        }
        ByteBuffer read = ByteBuffer.wrap(claims);
        TenantId tenant = new TenantId(new UUID(read.getLong(), read.getLong()));
        if (now.getEpochSecond() >= read.getLong()) {
            throw AccessDeniedException.attachmentLinkInvalid();
        }
        return tenant;
    }

    private static byte[] claims(UUID tenant, long expires) {
        return ByteBuffer.allocate(CLAIMS)
                .putLong(tenant.getMostSignificantBits())
                .putLong(tenant.getLeastSignificantBits())
                .putLong(expires)
                .array();
    }

    private static byte[] signed(byte[] claims, AttachmentId attachment) {
        UUID id = attachment.value();
        return ByteBuffer.allocate(claims.length + 16)
                .put(claims)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }
}
