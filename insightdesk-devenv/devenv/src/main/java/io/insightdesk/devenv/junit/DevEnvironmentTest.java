package io.insightdesk.devenv.junit;

import io.insightdesk.devenv.servers.Mode;
import io.insightdesk.devenv.servers.Service;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class a help desk and the servers that it asks for, by the types of parameters; see
 * {@link DevEnvironmentExtension} for what there is and how it is kept apart from other classes. Subclasses inherit it, and
 * {@code @Nested} classes share what the outermost class has, whatever they say themselves.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(DevEnvironmentExtension.class)
public @interface DevEnvironmentTest {
    /**
     * Returns how the servers run. {@link Mode#AUTO}, the default, leaves that to the variable
     * {@code INSIGHTDESK_DEVENV_MODE}, and without it to whether there is a container engine.
     */
    Mode mode() default Mode.AUTO;

    /**
     * Returns the servers that are to run before the first test does, so that none of them waits for one. Without it each
     * starts when something of it is first asked for, or never.
     */
    Service[] services() default {};

    /**
     * Returns whether the class's database has the library's schema from the start. False gives an empty one, for hosts
     * whose own start migrates it.
     */
    boolean migrated() default true;

    /**
     * Returns whether connections to the class's database may stay open after the class, as those of a pool do that
     * outlives it. True keeps what the class has until the end of all tests; false fails the class that leaves one open.
     */
    boolean allowOpenConnections() default false;
}
