package io.insightdesk.jaxrs.internal;

import io.insightdesk.InsightDesk;
import io.insightdesk.jaxrs.ApiOptions;
import jakarta.ws.rs.ext.Provider;

/** For every resource. */
@Provider
public final class IsolatedAnswer extends AnswerFilter {
    IsolatedAnswer(InsightDesk insightDesk, ApiOptions options) {
        super(insightDesk.meterRegistry(), options);
    }
}
