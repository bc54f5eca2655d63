using System.Text;

namespace TcpConformance.Harness.Running;

/// <summary>The seed of a case's chance: of the run's seed and the case's id, so that a case
/// behaves the same whatever else is selected.</summary>
public static class CaseSeed
{
    /// <summary>FNV-1a over the seed and the id.</summary>
    public static ulong Of(ulong runSeed, string caseId)
    {
        ulong hash = 14695981039346656037;
        unchecked
        {
            for (int i = 0; i < 8; i++)
            {
                hash = (hash ^ (byte)(runSeed >> (8 * i))) * 1099511628211;
            }
            foreach (byte b in Encoding.UTF8.GetBytes(caseId))
            {
                hash = (hash ^ b) * 1099511628211;
            }
        }
        return hash;
    }
}
