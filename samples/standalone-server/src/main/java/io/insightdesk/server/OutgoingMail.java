package io.insightdesk.server;

import io.insightdesk.InsightDesk;
import org.jspecify.annotations.Nullable;

/** Chooses how mail leaves. */
final class OutgoingMail {

    private OutgoingMail() {}

    static void configure(InsightDesk.Builder builder, Settings settings, @Nullable DevelopmentServices development) {}
}
