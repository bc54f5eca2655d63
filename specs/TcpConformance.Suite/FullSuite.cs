using TcpConformance.Harness.Cases;
using TcpConformance.Suite.Grid;

namespace TcpConformance.Suite;

/// <summary>All cases of the suite: one line for each group.</summary>
public static class FullSuite
{
    private static readonly Lazy<SuiteCatalogue> Built = new(() => new SuiteCatalogue(
    [
        .. StateGrid.Cases,
        .. ConnectionLife.Cases,
        .. DataTransfer.Cases,
    ]));

    /// <summary>The suite, made at first use.</summary>
    public static SuiteCatalogue All => Built.Value;
}
