package io.insightdesk.conversation.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.conversation.Attachment;
import io.insightdesk.conversation.AttachmentId;
import io.insightdesk.conversation.AttachmentLinks;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.internal.Access;
import io.insightdesk.internal.Scope;
import io.insightdesk.key.Secret;
import io.insightdesk.tenant.TenantId;
import java.io.InputStream;
import java.time.Clock;
import java.util.function.Function;

final class AttachmentLinkService implements AttachmentLinks {

    private final ConversationFeature feature;
    private final Clock clock;
    private final Function<TenantId, Scope> scopes;

    /** Makes the service; {@code scopes} gives the library's own scope in a tenant, closed where the tenant is. */
    AttachmentLinkService(ConversationFeature feature, Clock clock, Function<TenantId, Scope> scopes) {
        this.feature = feature;
        this.clock = clock;
        this.scopes = scopes;
    }

    @Override
    public Attachment get(AttachmentId id, Secret signature) {
        return find(scope(id, signature), id).attachment();
    }

    @Override
    public InputStream open(AttachmentId id, Secret signature) {
        Scope scope = scope(id, signature);
        ConversationStore.Stored found = find(scope, id);
        feature.storage.requireReadable(found.attachment().scan());
        return feature.storage.open(scope.tenant(), found.blob());
    }

    private Scope scope(AttachmentId id, Secret signature) {
        requireNonNull(id, "id");
        requireNonNull(signature, "signature");
        return scopes.apply(feature.signatures.tenantOf(id, signature, clock.instant()));
    }

    private ConversationStore.Stored find(Scope scope, AttachmentId id) {
        return scope.run(tx -> feature.store.findAttachment(tx, id, Access.ALL))
                .orElseThrow(() -> new NotFoundException("attachment", id.toString()));
    }
}
