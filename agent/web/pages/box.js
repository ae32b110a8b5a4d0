document.title = 'Amphi';
