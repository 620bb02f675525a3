package io.insightdesk.devenv.command;

import io.insightdesk.devenv.servers.Service;

/** A service as it is typed. */
final class ServiceName {
    private ServiceName() {}

    static Service parse(String typed) {
        try {
            return Service.of(typed);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrong(String.valueOf(e.getMessage()));
        }
    }
}
