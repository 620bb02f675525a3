/**
 * The development environment in JUnit tests: servers that start when the first test needs them and are shared by all classes
 * of the JVM, and for each class a migrated database, a Valkey database, a bucket and a mailbox of its own.
 *
 * <p>{@link io.insightdesk.devenv.junit.DevEnvironmentTest} on a class is all there is to do; tests then take what they need as
 * parameters.
 *
 * @apiNote Preview: may change with any minor release.
 */
@NullMarked
package io.insightdesk.devenv.junit;

import org.jspecify.annotations.NullMarked;
