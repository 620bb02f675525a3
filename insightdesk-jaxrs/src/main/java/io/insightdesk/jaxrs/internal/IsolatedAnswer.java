package io.insightdesk.jaxrs.internal;

import io.insightdesk.InsightDesk;
import jakarta.ws.rs.ext.Provider;

/** For every resource. */
@Provider
public final class IsolatedAnswer extends AnswerFilter {
    IsolatedAnswer(InsightDesk insightDesk) {
        super(insightDesk.meterRegistry());
    }
}
