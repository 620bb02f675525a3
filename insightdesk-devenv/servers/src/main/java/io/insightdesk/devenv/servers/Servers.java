package io.insightdesk.devenv.servers;

/** Starts the four servers, each when it is told and possibly all at the same time. */
interface Servers {
    /** Does first what all need. */
    void prepare();

    Started<PostgresEndpoint> postgres();

    Started<ValkeyEndpoint> valkey();

    Started<S3Endpoint> s3();

    Started<MailEndpoint> mail();
}
