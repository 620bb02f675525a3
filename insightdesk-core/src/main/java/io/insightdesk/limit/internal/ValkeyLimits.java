package io.insightdesk.limit.internal;

import io.insightdesk.job.internal.JobFeature;
import java.util.ArrayList;
import java.util.List;

/** Counts in a Valkey, by a script, in keys that end by themselves when their buckets are full again. */
final class ValkeyLimits implements LimitStore {

    private static final String PREFIX = "insightdesk:limit:";

    // A number comes back as a whole one, so what is left is told in thousandths.
    private static final String SETTLE = """
            local time = redis.call('time')
            local now = time[1] * 1000000 + time[2]
            local key = KEYS[1]
            local capacity = tonumber(ARGV[1])
            local period = tonumber(ARGV[2])
            local used = tonumber(ARGV[3])
            local kept = redis.call('hmget', key, 'balance', 'at', 'capacity')
            local balance = capacity
            if kept[1] and kept[2] and kept[3] then
              local passed = math.max(0, now - tonumber(kept[2]))
              local grown = tonumber(kept[1]) + capacity - tonumber(kept[3])
              balance = math.min(capacity, grown + passed * capacity / period)
            end
            balance = math.max(balance - used, -capacity)
            redis.call('hset', key, 'balance', string.format('%.6f', balance), 'at', string.format('%.0f', now),
              'capacity', capacity)
            redis.call('pexpire', key, math.ceil(period / 1000) * 2)
            return math.floor(balance * 1000)
            """;

    private final JobFeature.Scripts scripts;

    ValkeyLimits(JobFeature.Scripts scripts) {
        this.scripts = scripts;
    }

    @Override
    public String name() {
        return "valkey";
    }

    @Override
    public List<Double> settle(List<Use> uses) {
        List<JobFeature.Scripts.Call> calls = new ArrayList<>();
        for (Use use : uses) {
            calls.add(new JobFeature.Scripts.Call(
                    PREFIX + scripts.helpDesk() + ":" + use.key(),
                    List.of(
                            Integer.toString(use.limit().permits()),
                            Long.toString(use.limit().period().toNanos() / 1_000),
                            Long.toString(use.used()))));
        }
        return scripts.run(SETTLE, calls).stream().map(left -> left / 1_000.0).toList();
    }
}
