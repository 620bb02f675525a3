package io.insightdesk.jaxrs.internal;

import io.insightdesk.InsightDesk;
import io.insightdesk.jaxrs.ApiOptions;
import jakarta.ws.rs.ext.Provider;

/** For this API's resources only. */
@Provider
@InsightDeskApi
public final class BoundAnswer extends AnswerFilter {
    BoundAnswer(InsightDesk insightDesk, ApiOptions options) {
        super(insightDesk.meterRegistry(), options);
    }
}
