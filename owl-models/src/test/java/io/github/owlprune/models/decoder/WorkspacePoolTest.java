package io.github.owlprune.models.decoder;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.models.Golden;
import io.github.owlprune.models.checkpoint.Checkpoint;
import io.github.owlprune.models.family.Family;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WorkspacePoolTest {
  private static WorkspacePool pool() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(Golden.FOLDER.resolve("llama"))) {
      return new WorkspacePool(Family.read(checkpoint, Set.of()).recipe());
    }
  }

  @Test
  void aSingleCallerReusesOneWorkspace() throws IOException {
    try (WorkspacePool pool = pool()) {
      Workspace first = pool.acquire(40, 40, 2);
      pool.release(first);
      for (int tokens : new int[] {40, 1, 39}) {
        Workspace next = pool.acquire(tokens, tokens, 1);
        assertSame(first, next);
        pool.release(next);
      }
    }
  }

  @Test
  void aLargerWorkspaceReplacesASmallerOne() throws IOException {
    try (WorkspacePool pool = pool()) {
      Workspace small = pool.acquire(10, 10, 1);
      pool.release(small);
      Workspace longer = pool.acquire(20, 20, 1);
      assertNotSame(small, longer);
      assertTrue(longer.fits(20, 20, 1));
      pool.release(longer);
      Workspace wider = pool.acquire(20, 20, 3);
      assertNotSame(longer, wider);
      assertTrue(wider.fits(20, 20, 3));
      pool.release(wider);
      assertSame(wider, pool.acquire(20, 20, 3), "smaller workspaces are not kept");
      wider.close();
    }
  }

  @Test
  void concurrentCallersGetDifferentWorkspaces() throws IOException {
    try (WorkspacePool pool = pool()) {
      Workspace one = pool.acquire(10, 10, 1);
      Workspace two = pool.acquire(10, 10, 1);
      assertNotSame(one, two);
      pool.release(one);
      pool.release(two);
    }
  }
}
