package io.insightdesk.benchmarks;

import java.util.List;
import java.util.Map;

/** Something that is measured with one command. */
interface Benchmark {
    /** What ran, with versions and the settings that matter. */
    Map<String, String> versions() throws Exception;

    /** Measures, telling {@link Progress} what it is at. */
    List<Row> run(Progress progress) throws Exception;
}
