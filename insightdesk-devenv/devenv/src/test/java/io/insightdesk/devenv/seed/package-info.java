@NullMarked
package io.insightdesk.devenv.seed;

import org.jspecify.annotations.NullMarked;
