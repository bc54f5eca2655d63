namespace TcpConformance.Spec.Requirements;

/// <summary>All requirements that the program knows, and those that no case can judge.</summary>
public sealed class RequirementCatalogue
{
    private const string Folder = "requirements";
    private const string ExceptionsFile = "exceptions.yaml";

    private static readonly Lazy<RequirementCatalogue> Built = new(LoadEmbedded);

    private readonly Dictionary<string, Requirement> _requirements = [];
    private readonly Dictionary<string, RequirementException> _exceptions = [];
    private readonly List<Requirement> _ordered = [];

    private RequirementCatalogue()
    {
    }

    /// <summary>The catalogue that the program was built with; needs no file.</summary>
    public static RequirementCatalogue Embedded => Built.Value;

    /// <summary>All requirements, newest RFC first, in the order of the files.</summary>
    public IReadOnlyList<Requirement> All => _ordered;

    /// <summary>The requirements that no case can judge.</summary>
    public IReadOnlyCollection<RequirementException> Exceptions => _exceptions.Values;

    /// <summary>Reads a catalogue from files.</summary>
    /// <param name="directory">
    /// The directory that holds <c>requirements/*.yaml</c> and <c>exceptions.yaml</c>, as
    /// <c>specs</c> does.
    /// </param>
    /// <exception cref="CatalogueException">A file is missing or wrong.</exception>
    public static RequirementCatalogue Load(string directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        string folder = Path.Combine(directory, Folder);
        string exceptions = Path.Combine(directory, ExceptionsFile);
        if (!Directory.Exists(folder))
        {
            throw new CatalogueException($"{folder}: no such directory");
        }

        var catalogue = new RequirementCatalogue();
        foreach (string path in NewestFirst(Directory.GetFiles(folder, "*.yaml")))
        {
            catalogue.AddRequirements(path, File.ReadAllText(path));
        }

        if (File.Exists(exceptions))
        {
            catalogue.AddExceptions(exceptions, File.ReadAllText(exceptions));
        }

        return catalogue;
    }

    /// <summary>The requirement of that id, or null.</summary>
    /// <param name="id">As in <c>rfc9293/MUST-12</c>.</param>
    public Requirement? Find(string id) => _requirements.GetValueOrDefault(id);

    /// <summary>The exception for that requirement, or null if a case has to judge it.</summary>
    /// <param name="id">As in <c>rfc9293/SHLD-6</c>.</param>
    public RequirementException? FindException(string id) => _exceptions.GetValueOrDefault(id);

    // RFC 9293 begins every list.
    private static IEnumerable<string> NewestFirst(IEnumerable<string> names) =>
        names.OrderDescending(StringComparer.Ordinal);

    private static RequirementCatalogue LoadEmbedded()
    {
        var catalogue = new RequirementCatalogue();
        foreach (string name in NewestFirst(EmbeddedSpecs.Names))
        {
            string text = EmbeddedSpecs.Read(name)!;
            if (name.StartsWith(Folder + "/", StringComparison.Ordinal))
            {
                catalogue.AddRequirements(name, text);
            }
        }

        if (EmbeddedSpecs.Read(ExceptionsFile) is { } exceptions)
        {
            catalogue.AddExceptions(ExceptionsFile, exceptions);
        }

        return catalogue;
    }

    private void AddRequirements(string name, string text)
    {
        foreach (Requirement requirement in new CatalogueFile(name, text).Requirements())
        {
            if (!_requirements.TryAdd(requirement.Id, requirement))
            {
                throw new CatalogueException($"{name}: duplicate id {requirement.Id}");
            }

            _ordered.Add(requirement);
        }
    }

    private void AddExceptions(string name, string text)
    {
        foreach (RequirementException exception in new CatalogueFile(name, text).Exceptions())
        {
            if (!_requirements.ContainsKey(exception.Id))
            {
                throw new CatalogueException($"{name}: no such requirement: {exception.Id}");
            }

            if (!_exceptions.TryAdd(exception.Id, exception))
            {
                throw new CatalogueException($"{name}: duplicate id {exception.Id}");
            }
        }
    }
}
