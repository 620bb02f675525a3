/** Benchmarks that a reader can repeat with one command. */
@NullMarked
package io.insightdesk.benchmarks;

import org.jspecify.annotations.NullMarked;
